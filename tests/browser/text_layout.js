// The faults of the open page at its width, for each size of text in per cent: see text_layout.py.
(sizes) => {
  const root = document.documentElement;
  // What a browser may divide anywhere: what is copied or is no text.
  const ANYWHERE = "script, style, template, option, pre, code, .copyable, .printed-from, .visually-hidden, [hidden]";
  // Longer "words" are URLs or tests of ours.
  const WORD = /(?<![^\s\u00A0])[^\s\u00A0]{4,40}(?![^\s\u00A0])/g;
  // After these a line may end within a word.
  const ENDS_LINES = /[-\u00AD\u200B\u2010\u2013\u2014\u2026/@]$/;
  const HOST = /^\P{L}*[a-z\d-]+(\.[a-z\d-]+)+\P{L}*$/u;
  const URL = /:\/\/|@/;

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const words = [...node.data.matchAll(WORD)].filter(([word]) => !URL.test(word));
    if (words.length > 0 && !node.parentElement.closest(ANYWHERE)) texts.push([node, words]);
  }

  const range = document.createRange();
  const linesOf = (node, start, end) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    return range.getClientRects();
  };
  // The place in a word where it is divided as no word may be; undefined if there is none.
  const findBreak = (node, { index, 0: word }, size) => {
    if (linesOf(node, index, index + word.length).length < 2) return undefined;
    let top;
    for (let place = 0; place < word.length; place++) {
      // At the start of a line, the first box is an empty one at the end of the line before.
      const box = [...linesOf(node, index + place, index + place + 1)].at(-1);
      if (!box) continue;
      const isNewLine = top !== undefined && box.top > top + 2;
      if (isNewLine && ((HOST.test(word) && size === 100) || !ENDS_LINES.test(word.slice(0, place)))) return place;
      top = box.top;
    }
    return undefined;
  };
  // Chromium for tests has no dictionaries, other browsers do; at the usual size nothing depends on them.
  const isHyphenatedElsewhere = (element, word, size) => {
    const { hyphens, hyphenateLimitChars } = getComputedStyle(element);
    return size > 100 && hyphens === "auto" && word.replaceAll(/\P{L}/gu, "").length >= parseInt(hyphenateLimitChars);
  };

  // Collapsed parts are measured as readers see them who open them.
  const collapsed = [...document.querySelectorAll("main details:not([open])")];
  for (const part of collapsed) part.open = true;
  const faults = [];
  for (const size of sizes) {
    root.style.fontSize = size === 100 ? "" : `${size}%`;
    const say = (fault) => faults.push(`${innerWidth} px, text of ${size}%: ${fault}`);
    if (root.scrollWidth > innerWidth) {
      const wide = [...document.body.querySelectorAll("*")].findLast((it) => it.getBoundingClientRect().right > innerWidth + 1);
      say(`is ${root.scrollWidth - innerWidth} px wider than the screen, with ${wide?.outerHTML.slice(0, 100)}`);
    }
    for (const [node, words] of texts) {
      range.selectNodeContents(node);
      if (range.getClientRects().length < 2) continue;
      for (const word of words) {
        const place = findBreak(node, word, size);
        if (place === undefined || isHyphenatedElsewhere(node.parentElement, word[0], size)) continue;
        say(`divides ${word[0].slice(0, place)}|${word[0].slice(place)} in ${node.parentElement.outerHTML.slice(0, 60)}`);
      }
    }
  }
  root.style.fontSize = "";
  for (const part of collapsed) part.open = false;
  return faults;
}
