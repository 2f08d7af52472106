// Loads the app; says so when the browser can not. A file of its own, as the page's policy allows no inline script.
import init from "./{{app}}";

init({ module_or_path: new URL("./{{wasm}}", import.meta.url) }).catch((error) => {
  const message = document.getElementById("start-message");
  if (message) {
    message.setAttribute("role", "alert");
    message.textContent = "The app could not be started. Reload the page; if that does not help, update the browser.";
  }
  console.error(error);
});
