export function compileCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  temporary?: string,
): string | null;
