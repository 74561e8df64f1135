// Shows the next highlight every five seconds, and gives no way to stop it: a planted fault.
const slides = [...document.querySelectorAll('.slide')];
let shown = 0;
function next() {
  slides[shown].hidden = true;
  shown = (shown + 1) % slides.length;
  slides[shown].hidden = false;
}
document.getElementById('next-slide').addEventListener('click', next);
setInterval(next, 5000);
