/** A name as a YAML scalar: in quotes where it may read as another value, such as `no` or `2024`. */
export function yamlName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name);
  return isPlain ? name : JSON.stringify(name);
}
