// A component with an open shadow root, and two planted faults inside.
customElements.define('opening-hours', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML = `
      <style>
        .now { color: #12403c; font-weight: 700; }
        .note { color: #a3aead; background: #fff; }
        button { font: inherit; min-width: 2.5rem; min-height: 2.5rem; }
      </style>
      <h2>Opening hours</h2>
      <p class="now">Town hall: 9am to 5pm, Monday to Friday</p>
      <p class="note">Closed on bank holidays</p>
      <button type="button" class="refresh"><svg aria-hidden="true" viewBox="0 0 20 20" width="20" height="20" fill="currentColor">
        <path d="M10 3a7 7 0 1 0 7 7h-2a5 5 0 1 1-5-5v4l5-5-5-4z"/></svg></button>
      <button type="button" class="more">Show holiday hours</button>
      <p class="holiday" hidden>Closed from 25 December to 1 January</p>`;
    const inside = (selector) => this.shadowRoot.querySelector(selector);
    inside('.more').addEventListener('click', () => { inside('.holiday').hidden = false; });
  }
});
