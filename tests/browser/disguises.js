// The faults of the open page as it may appear elsewhere: see disguises.py.
({
  // The ways to give, notices and the like: collapsed parts are printed, whether they are open or not.
  printed: () => {
    const collapsed = [...document.querySelectorAll("main details")].filter((it) => it.checkVisibility());
    for (const part of collapsed) part.open = false;
    const inside = collapsed.flatMap((part) => [...part.children].filter((it) => it.localName !== "summary"));
    const wide = document.documentElement.scrollWidth - innerWidth;
    return [
      ...inside.filter((it) => !it.checkVisibility()).map((it) => `folds ${it.outerHTML.slice(0, 80)}`),
      ...(wide > 0 ? [`is ${wide} px wider than the paper`] : []),
    ];
  },

  // Where pictures are blocked, their alternative texts are read, on what is behind them.
  withoutPictures: () => {
    const partsOf = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = (colour) => partsOf(colour).slice(0, 3)
      .map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
      const colour = element ? getComputedStyle(element).backgroundColor : "rgb(255, 255, 255)";
      return partsOf(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const contrast = (picture) => {
      const [dark, bright] = [light(getComputedStyle(picture).color), light(behind(picture))].sort((one, other) => one - other);
      return (bright + 0.05) / (dark + 0.05);
    };
    const faint = [...document.querySelectorAll("img[alt]:not([alt=''])")].filter((it) => contrast(it) < 7);
    return faint.map((it) => `shows the words of a picture with a contrast of ${contrast(it).toFixed(2)}: ${it.alt}`);
  },

  // As from the back/forward cache: the same document, with what was typed.
  again: async () => {
    const field = document.querySelector("main input:is([name=name], [name=q], [name=code])");
    if (field) field.value = "typed";
    document.body.dataset.isTheSame = "yes";
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    await new Promise((done) => setTimeout(done));
    const isKept = document.body.checkVisibility() && document.body.dataset.isTheSame && (!field || field.value === "typed");
    return isKept ? [] : ["is not as it was when a reader comes back"];
  },
})
