/** Where something serves at a pod's address, which IPv6 writes in brackets. */
export function addressAt(ip: string, port: number): string {
  return `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}
