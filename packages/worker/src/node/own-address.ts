import { createSocket } from 'node:dgram';

/**
 * The address of this host by which it reaches `peer`, and so by which others of that network reach
 * it. Nothing is sent: connecting a datagram socket only looks the route up.
 */
export async function ownAddress(peer: URL): Promise<string> {
  const host = peer.hostname.replace(/^\[|\]$/g, '');
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(Number(peer.port || 80), host, () => resolve());
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}
