export function fill(bytes) {
  crypto.getRandomValues(bytes);
}
