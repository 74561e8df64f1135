// Says that the search was saved, but only to people who see it: a planted fault.
document.getElementById('clear').addEventListener('click', () => {
  document.getElementById('words').value = '';
});
document.getElementById('save').addEventListener('click', () => {
  document.getElementById('saved').textContent = 'Your search was saved.';
});
