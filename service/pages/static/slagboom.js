// Keeps what is typed while it is typed. Every page works without it.
const form = document.getElementById("main-form");
const keptAt = document.body.dataset.keep;

if (form && keptAt && form.elements.namedItem("_form")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });

  const keep = async (leaving) => {
    if (!changed) return;
    changed = false;
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "_button") words.append(name, value);
    }
    try {
      await fetch(keptAt, { method: "POST", body: words, keepalive: leaving && words.toString().length < 60000 });
    } catch {
      changed = true; // out of reach: it is tried again
    }
  };
  setInterval(() => keep(false), 10000);
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
}

// After a refusal the summary is read out first.
document.getElementById("trouble")?.focus();
