// The buttons work for everyone; "Book a collection" is a div that only hears the mouse: a planted fault.
const count = document.getElementById('count');
function add(step) {
  count.textContent = Math.max(1, Number(count.textContent) + step);
}
document.getElementById('fewer').addEventListener('click', () => add(-1));
document.getElementById('more').addEventListener('click', () => add(1));
document.getElementById('fold').addEventListener('click', (event) => {
  const panel = document.getElementById('furniture');
  panel.hidden = !panel.hidden;
  event.target.setAttribute('aria-expanded', String(!panel.hidden));
});
document.getElementById('book').addEventListener('click', () => location.assign('/contact'));
