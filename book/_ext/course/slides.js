addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const slides = [...document.querySelectorAll("section")];
  const tops = slides.map((slide) => Math.abs(slide.getBoundingClientRect().top));
  slides[tops.indexOf(Math.min(...tops)) + step]?.scrollIntoView();
});
