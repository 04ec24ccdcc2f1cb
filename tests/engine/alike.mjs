// How alike two pictures are, by the browser's own decoder.
// SPDX-License-Identifier: Apache-2.0

/** Runs in a page: mean SSIM of luma over windows of 8 x 8 every 4 pixels, the same over
 * those windows that are not of one colour in the first picture, their share, and whether
 * every pixel is the same. */
async function compare(sources) {
  const pixels = [];
  for (const source of sources) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const luma = new Float64Array(width * height);
    for (let i = 0; i < luma.length; i++) {
      luma[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
    }
    pixels.push({ luma, width, height, data });
  }
  const [a, b] = pixels;
  let [sum, count, drawn, drawnSum] = [0, 0, 0, 0];
  for (let y = 0; y + 8 <= a.height; y += 4) {
    for (let x = 0; x + 8 <= a.width; x += 4) {
      let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0];
      for (let i = 0; i < 64; i++) {
        const at = (y + (i >> 3)) * a.width + x + (i & 7);
        const [p, q] = [a.luma[at], b.luma[at]];
        ma += p / 64;
        mb += q / 64;
        aa += (p * p) / 64;
        bb += (q * q) / 64;
        ab += (p * q) / 64;
      }
      const [va, vb, cov] = [aa - ma * ma, bb - mb * mb, ab - ma * mb];
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      const ssim =
        ((2 * ma * mb + c1) * (2 * cov + c2)) /
        ((ma * ma + mb * mb + c1) * (va + vb + c2));
      sum += ssim;
      count++;
      if (va > 1) {
        drawnSum += ssim;
        drawn++;
      }
    }
  }
  return {
    ssim: sum / count,
    ssim_drawn: drawn ? drawnSum / drawn : 1,
    drawn: drawn / count,
    is_same: a.data.every((value, i) => value === b.data[i]),
  };
}

const url = (png) => `data:image/png;base64,${png.toString('base64')}`;

/** Compares two PNG files of the same size in `page`. */
export function alike(page, before, after) {
  return page.evaluate(compare, [url(before), url(after)]);
}
