// Asks about cookies on the first visit, in the flow of the page so that it covers nothing.
if (!document.cookie.includes('cookie_choice=')) {
  const banner = document.createElement('section');
  banner.className = 'cookies';
  banner.setAttribute('aria-label', 'Cookies');
  banner.innerHTML = `<div class="wide"><p>May we count visits with a cookie?
    <a href="/privacy#cookies">How we use cookies</a></p>
    <button type="button" value="yes">Accept extra cookies</button>
    <button type="button" value="no">Reject extra cookies</button></div>`;
  for (const button of banner.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      document.cookie = `cookie_choice=${button.value}; path=/; SameSite=Lax`;
      banner.remove();
    });
  }
  document.querySelector('.skip').after(banner);
}
