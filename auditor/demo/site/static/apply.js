// Draws the whole page: without scripts nothing of it is there.
document.getElementById('app').innerHTML = `
  <h1>Apply for a market stall</h1>
  <p>Stalls are let for a day, from seven in the morning until four in the afternoon. A stall is three metres wide.</p>
  <form action="/search">
    <div class="field"><label for="trade">What you sell</label><input id="trade" name="q"></div>
    <button>Send application</button>
  </form>`;
