// Runs before the first paint, so that the page never flashes in the wrong theme. Same key as src/prefs.rs.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("ve.theme");
  } catch {
    // Storage is refused: follow the system.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "ve-dark" : "ve-light";
})();
