/** This machine's platform as native packages name it: `linux-x64`, `linux-arm64-musl`, `darwin-arm64`, `win32-x64`. */
export function nativePlatform(): string {
  const { platform, arch } = process;
  return `${platform}-${arch}${platform === 'linux' && !hasGlibc() ? '-musl' : ''}`;
}

function hasGlibc(): boolean {
  const report: unknown = process.report.getReport();
  const { header } = report as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime !== undefined;
}
