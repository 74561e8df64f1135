// Planted faults: a time limit, no pasting, a list that goes elsewhere on change, a message nobody hears.
setTimeout(() => location.assign('/council-tax'), 5 * 60 * 1000);
const byId = (id) => document.getElementById(id);
byId('code').addEventListener('paste', (event) => event.preventDefault());
byId('area').addEventListener('change', (event) => event.target.value && location.assign(event.target.value));
byId('check').addEventListener('click', () => {
  byId('answer').textContent = 'The amount is right.';
});
