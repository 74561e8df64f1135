// Draws the list of schools after the page has loaded. It is the only way to Oakfield's page.
window.addEventListener('load', () => setTimeout(() => {
  document.getElementById('schools').innerHTML = `
    <div class="field"><div id="town" role="combobox" tabindex="0" aria-expanded="false" aria-controls="list"></div></div>
    <ul class="cards" id="list">
    <li><img src="/static/school.svg" alt="A red school with a tower" width="320" height="180">
    <h2><a href="/schools/oakfield-primary">Oakfield Primary School</a></h2><p>Castle ward, 210 children</p></li>
    <li><h2>Tarnside Academy</h2><p>Secondary school, 900 children</p>
    <a id="tarnside" href="/contact"><img src="/static/go.svg" alt="" width="40" height="40"></a></li>
    <li><h2>Lower Mere School</h2><p id="full" style="color: #8fa09e">No places this year</p></li>
    </ul>`;
}, 400));
