// Planted faults: a shortcut of one letter, and a form that Tab cannot leave.
document.addEventListener('keydown', (event) => {
  if (event.key === 'p' && event.target.tagName !== 'INPUT') location.assign('/council-tax/pay');
});
const plate = document.getElementById('plate');
const pay = document.getElementById('pay');
document.getElementById('pay-widget').addEventListener('keydown', (event) => {
  if (event.key !== 'Tab') return;
  event.preventDefault();
  (event.target === plate ? pay : plate).focus();
});
