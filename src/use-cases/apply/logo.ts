/**
 * An offer's logo: a PNG that is taken apart, checked and written anew. A stranger's bytes reach nobody's browser: only the
 * size, the palette and the pixels of a picture are kept, and what is no picture through and through is refused.
 *
 * https://www.w3.org/TR/png-3/
 */
import { createHash } from "node:crypto";
import { crc32, deflateSync, inflateSync } from "node:zlib";

export const MAX_LOGO_BYTES = 64 * 1024;
export const MAX_LOGO_PX = 512;
// What a small picture can need at most: 512 rows of 512 pixels of four channels of 16 bits, and their filters.
const MAX_PIXEL_BYTES = MAX_LOGO_PX * (1 + MAX_LOGO_PX * 8);
const MAX_CHUNKS = 1_024;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface Logo {
  readonly png: Buffer;
  /** SHA-256 of it: its address changes with it. */
  readonly hash: string;
}

/** Takes base64; otherwise a sentence that says what is wrong and what to do. */
export function readLogo(base64: string): Logo | string {
  const given = Buffer.from(base64, "base64");
  // What Node skips while it reads is no base64.
  if (given.toString("base64") !== base64) return "a logo is the base64 of a PNG file";
  const read = readPng(given);
  if (typeof read === "string") return read;
  const png = written(read);
  if (png.length > MAX_LOGO_BYTES) return TOO_LARGE;
  return { png, hash: createHash("sha256").update(png).digest("hex") };
}

const TOO_LARGE = `a logo has at most ${MAX_LOGO_BYTES / 1024} KiB; make it smaller`;

interface Png {
  readonly header: Buffer;
  readonly palette: Buffer | null;
  readonly transparency: Buffer | null;
  /** Rows, each behind the number of its filter. */
  readonly pixels: Buffer;
}

/** A picture and nothing else, or the sentence that says what it is instead. */
function readPng(file: Buffer): Png | string {
  if (file.length > MAX_LOGO_BYTES) return TOO_LARGE;
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    return "a logo is a PNG file; SVG and other kinds are not taken, save it as PNG";
  const chunks = chunksOf(file);
  if (typeof chunks === "string") return chunks;
  const [first, ...others] = chunks;
  const header = first?.type === "IHDR" ? first.data : Buffer.alloc(0);
  const rows = rowBytes(header);
  if (typeof rows === "string") return rows;
  const fault = orderFault(others.map(({ type }) => type));
  if (fault !== null) return fault;
  const only = (type: string) => others.find((chunk) => chunk.type === type)?.data ?? null;
  const [palette, transparency] = [only("PLTE"), only("tRNS")];
  if (!isPalette(palette, header) || (transparency?.length ?? 0) > 256) return DAMAGED;
  const packed = Buffer.concat(others.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const pixels = unpacked(packed, rows * header.readUInt32BE(4));
  if (pixels === null) return "the picture is not as large as it says; save it again as PNG";
  for (let at = 0; at < pixels.length; at += rows) if ((pixels[at] ?? 0) > 4) return DAMAGED;
  return { header, palette, transparency, pixels };
}

const DAMAGED = "this PNG is damaged; save it again";

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Up to the end of the file, which is the end of the picture. */
function chunksOf(file: Buffer): readonly Chunk[] | string {
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (chunks.at(-1)?.type !== "IEND") {
    if (chunks.length >= MAX_CHUNKS || at + 12 > file.length) return DAMAGED;
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return DAMAGED;
    const type = file.toString("latin1", at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return DAMAGED;
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return DAMAGED;
    chunks.push({ type, data: file.subarray(at + 8, end - 4) });
    at = end;
  }
  return at === file.length ? chunks : "something follows the end of the picture; save it again as PNG";
}

const CHANNELS: Readonly<Record<number, { readonly count: number; readonly depths: readonly number[] }>> = {
  0: { count: 1, depths: [1, 2, 4, 8, 16] },
  2: { count: 3, depths: [8, 16] },
  3: { count: 1, depths: [1, 2, 4, 8] },
  4: { count: 2, depths: [8, 16] },
  6: { count: 4, depths: [8, 16] },
};

/** How many bytes a row takes with its filter; a sentence where the picture is none that is taken. */
function rowBytes(header: Buffer): number | string {
  if (header.length !== 13) return DAMAGED;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width > MAX_LOGO_PX || height > MAX_LOGO_PX)
    return `a logo is at most ${MAX_LOGO_PX} by ${MAX_LOGO_PX} pixels; make it smaller`;
  const [depth = 0, colour = 0, compression, filter, interlace] = header.subarray(8);
  const channels = CHANNELS[colour];
  if (width === 0 || height === 0 || compression !== 0 || filter !== 0) return DAMAGED;
  if (channels === undefined || !channels.depths.includes(depth)) return DAMAGED;
  if (interlace !== 0) return "interlaced pictures are not taken; save the PNG without interlacing";
  return 1 + Math.ceil((width * channels.count * depth) / 8);
}

/** Once each, in their order; what a picture can be shown without is passed over, whatever it holds. */
function orderFault(types: readonly string[]): string | null {
  const needed = types.filter((type) => /^[A-Z]/.test(type) || type === "tRNS").join(" ");
  return /^(?:PLTE )?(?:tRNS )?IDAT(?: IDAT)* IEND$/.test(needed) ? null : DAMAGED;
}

function isPalette(palette: Buffer | null, header: Buffer): boolean {
  if (palette === null) return header[9] !== 3;
  return palette.length > 0 && palette.length % 3 === 0 && palette.length <= 768;
}

/** Null where it is not exactly so long: it stops as soon as it is longer. */
function unpacked(packed: Buffer, length: number): Buffer | null {
  try {
    const pixels = inflateSync(packed, { maxOutputLength: Math.min(length, MAX_PIXEL_BYTES) });
    return pixels.length === length ? pixels : null;
  } catch {
    return null;
  }
}

function written({ header, palette, transparency, pixels }: Png): Buffer {
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...(palette === null ? [] : [chunk("PLTE", palette)]),
    ...(transparency === null ? [] : [chunk("tRNS", transparency)]),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
