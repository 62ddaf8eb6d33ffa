    try { localStorage } catch {
      const kept = new Map();
      const getItem = (key) => kept.get(key) ?? null;
      const setItem = (key, text) => kept.set(key, text);
      const value = { getItem, setItem, removeItem: (key) => kept.delete(key) };
      Object.defineProperty(window, "localStorage", { value });
    }
    {
      const mode = localStorage.getItem("mode") || "auto";
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const theme = mode !== "auto" ? mode : dark ? "dark" : "light";
      Object.assign(document.documentElement.dataset, { mode, theme });
    }
