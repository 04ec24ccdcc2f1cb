// sharp.cjs - pixels or headers of all files of a list by sharp, two at a time:
// node sharp.cjs headers|pixels THREADS LIST
// SPDX-License-Identifier: Apache-2.0
'use strict';
const fs = require('fs');
const sharp = require('sharp');

const [what, threads, list] = process.argv.slice(2);
const files = fs.readFileSync(list, 'utf8').split('\n').filter((line) => line !== '');
let next = 0;
let failed = 0;

async function work() {
    while (next < files.length) {
        const image = sharp(files[next++], { limitInputPixels: false });
        try {
            await (what === 'headers' ? image.metadata() : image.ensureAlpha().raw().toBuffer());
        } catch {
            failed++;
        }
    }
}

sharp.cache(false);
sharp.concurrency(1);
Promise.all(Array.from({ length: Number(threads) }, work)).then(() => {
    console.log(`${files.length - failed} read, ${failed} failed`);
});
