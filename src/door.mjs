/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The door of a program that runs elsewhere, in a page or another worker, which serves the other end
 * of the message port: Module.emwakeDoor.serve(port). It gives what Module.emwakeDoor gives:
 *
 *   const {port1, port2} = new MessageChannel();
 *   worker.postMessage(port2, [port2]);      // there: const door = openDoor(port2)
 *   Module.emwakeDoor.serve(port1);
 *
 *   const {readable, writable} = await door.connect({port: 80});
 *   for await (const {readable, writable} of await door.listen({port: 8080})) ...
 *
 * The streams are those of the other side, transferred, and so is their back-pressure. door.close()
 * ends all of them.
 */
export function openDoor(port) {
  const waiting = new Map();
  let last = 0;
  let closed = false;

  function finish() {
    closed = true;
    for (const {reject} of waiting.values()) reject(closedError());
    waiting.clear();
  }

  function ask(request) {
    if (closed) return Promise.reject(closedError());
    const id = ++last;
    return new Promise((resolve, reject) => {
      waiting.set(id, {resolve, reject});
      port.postMessage({id, ...request});
    });
  }

  port.addEventListener('message', ({data}) => {
    const {resolve, reject} = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) reject(Object.assign(new Error(data.error.message), data.error));
    else resolve(data);
  });
  port.addEventListener('close', finish);
  port.start();

  return {
    async connect({port: number, host}) {
      return (await ask({op: 'connect', port: number, host})).connection;
    },

    async listen({port: number, host, backlog} = {}) {
      const listening = await ask({op: 'listen', port: number, host, backlog});
      return listenerOf(ask, listening);
    },

    close() {
      port.close();
      finish();
    },
  };
}

function closedError() {
  return Object.assign(new Error('the door is closed'), {code: 'ENOTCONN'});
}

function listenerOf(ask, {listener, host, port}) {
  let open = true;
  const accept = async () => (await ask({op: 'accept', listener})).connection;
  return {
    host,
    port,
    accept,
    async close() {
      open = false;
      await ask({op: 'close', listener});
    },
    async *[Symbol.asyncIterator]() {
      while (open) {
        try {
          yield await accept();
        } catch (error) {
          if (open) throw error;
        }
      }
    },
  };
}
