// Patches of texts, in code points. Pure functions; the server's are in wzo/cms/patches.py.
(() => {
  "use strict";

  // zlib's CRC-32 of a text in UTF-8. Unlike those of crypto.subtle it is there at once, even while the page is closed.
  const crc32 = (text) => {
    let sum = -1;
    for (const byte of new TextEncoder().encode(text)) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return ~sum >>> 0;
  };

  // The change between two texts: [start, end, new text].
  const replacement = (before, after) => {
    const [a, b] = [[...before], [...after]];
    const shorter = Math.min(a.length, b.length);
    let start = 0;
    while (start < shorter && a[start] === b[start]) start += 1;
    let same = 0;
    while (same < shorter - start && a[a.length - 1 - same] === b[b.length - 1 - same]) same += 1;
    return [start, a.length - same, b.slice(start, b.length - same).join("")];
  };

  // Replace parts of a text, given from its start to its end.
  const replaceParts = (text, parts) => {
    const points = [...text];
    for (const [start, end, inserted] of parts.toReversed()) points.splice(start, end - start, inserted);
    return points.join("");
  };

  globalThis.patches = { crc32, replacement, replaceParts };
})();
