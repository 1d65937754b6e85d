import { TransportError, type Web } from '@mapreduce/service';

/** No input of a simulated job is on the web. */
export const noWeb: Web = {
  request: ({ url }) =>
    Promise.reject(new TransportError(`${url}: the simulated world has no web`)),
};
