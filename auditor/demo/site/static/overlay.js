// Puts in what an overlay widget shows. It does nothing.
document.getElementById('main').insertAdjacentHTML('beforeend',
  '<p><button type="button" id="userwayAccessibilityIcon">Accessibility menu</button></p>');
