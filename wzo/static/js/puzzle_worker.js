// Solves the puzzle of a busy petition form; see wzo/petition/puzzle.py. For each round it looks for a number whose
// SHA-256 hash with the challenge begins with enough zero bits. The browser's own crypto.subtle is missing on plain
// http, and so on the onion site.
"use strict";

// FIPS 180-4: the fractional parts of the roots of the first primes.
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const K = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

const w = new Int32Array(64);
const rotate = (x, bits) => (x >>> bits) | (x << (32 - bits));

// The first 32 bits of the hash of one block of 16 words.
const firstWord = (block) => {
  for (let i = 0; i < 16; i += 1) w[i] = block[i];
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + START[0]) >>> 0;
};

globalThis.addEventListener("message", ({ data: { challenge, rounds, bits } }) => {
  const seed = challenge.split(".").pop();
  const block = new Int32Array(16);
  for (let i = 0; i < seed.length; i += 1) block[i >> 2] |= seed.charCodeAt(i) << (24 - 8 * (i % 4));
  // After 32 letters and two numbers: the end mark, and the length in bits.
  block[10] = 1 << 31;
  block[15] = 320;
  const numbers = [];
  for (let round = 0; round < rounds; round += 1) {
    block[8] = round;
    let number = 0;
    do {
      block[9] = number;
      number += 1;
    } while (firstWord(block) >>> (32 - bits) !== 0);
    numbers.push(number - 1);
    postMessage({ solved: numbers.length, solution: numbers.length === rounds ? numbers.join(" ") : "" });
  }
});
