// Draws the whole page: without scripts nothing of it is there. Planted faults: a wrong entry that is only
// edged with red, and an error that nobody is told of. “What you sell” does it right.
document.getElementById('app').innerHTML = `
  <h1>Apply for a market stall</h1>
  <p>Stalls are let for a day, from seven in the morning until four in the afternoon. A stall is three metres wide.</p>
  <p>You pay 24 pounds a day. We answer within two weeks. Bring your own table and a cover against the rain. Cars must
  leave the square before the market opens at nine.</p>
  <form action="/search" id="stall" novalidate>
    <div class="field"><label for="trade">What you sell</label>
      <input id="trade" name="q" aria-describedby="trade-error"> <span id="trade-error" class="wrong-text"></span></div>
    <div class="field"><label for="metres">Metres of counter</label><input id="metres" name="m"></div>
    <button>Send application</button>
  </form>
  <h2>Ask about stalls</h2>
  <form action="/apply" id="ask" novalidate>
    <div class="field"><label for="question">Question</label>
      <input id="question" name="question" aria-describedby="question-error"> <span id="question-error" class="wrong-text"></span></div>
    <button>Ask</button>
  </form>`;

const field = (name) => document.getElementById(name);

field('stall').addEventListener('submit', (event) => {
  if (field('trade').value && field('metres').value) return;
  event.preventDefault();
  if (!field('metres').value) field('metres').classList.add('wrong');
  if (!field('trade').value) field('trade-error').textContent = 'Enter what you sell';
  field('trade').focus();
});

field('ask').addEventListener('submit', (event) => {
  if (field('question').value) return;
  event.preventDefault();
  field('question-error').textContent = 'Enter your question';
});
