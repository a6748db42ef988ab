/** A picture that somebody chose, made into a PNG that the server takes: drawn anew, so that nothing else comes along. */
import { OFFER } from "../../words/offer.ts";

const MOST_FILE_BYTES = 10_000_000;
const MOST_PNG_BYTES = 64 * 1024;
/** Tried one after the other, until it is small enough. */
const SIDES_PX = [512, 256, 128, 64];

type Drawn =
  | { readonly png: string; readonly problem: null }
  | { readonly png: null; readonly problem: string };

/** The PNG in base64, or a sentence. */
export async function logoOf(file: File): Promise<Drawn> {
  if (file.type === "image/svg+xml" || /\.svgz?$/i.test(file.name)) return refused(OFFER.logoSvg);
  if (file.size > MOST_FILE_BYTES) return refused(OFFER.logoLarge(file.name));
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return refused(OFFER.logoUnread(file.name));
  }
  try {
    for (const side of SIDES_PX) {
      const png = await drawn(bitmap, side);
      if (png !== null && png.size <= MOST_PNG_BYTES) return { png: await base64Of(png), problem: null };
    }
  } finally {
    bitmap.close();
  }
  return refused(OFFER.logoTooDetailed(file.name));
}

function refused(problem: string): Drawn {
  return { png: null, problem };
}

async function drawn(bitmap: ImageBitmap, side: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function base64Of(png: Blob): Promise<string> {
  const bytes = new Uint8Array(await png.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
