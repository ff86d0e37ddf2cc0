/** The line to the parent, the same in a forked Node and in Electron's utilityProcess. */
export interface ParentPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent is gone: there is nobody left to work for. */
  onLost(listener: () => void): void;
}

/** The part of Electron's `process.parentPort` that is used; declared here since this file knows no Electron. */
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

function utilityPort(): UtilityPort | undefined {
  return (process as NodeJS.Process & { readonly parentPort?: UtilityPort }).parentPort;
}

/** Throws where the process was started by hand, without a parent. */
export function openParentPort(): ParentPort {
  const port = utilityPort();
  if (port !== undefined) {
    return {
      send: (message) => port.postMessage(message),
      // In a utilityProcess the message is the event's data; the process ends with its parent.
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      onLost: () => {},
    };
  }
  if (process.send === undefined) throw new Error('The engine is started by Overread, not by hand.');
  const send = process.send.bind(process);
  return {
    send: (message) => void send(message),
    onMessage: (listener) => void process.on('message', listener),
    onLost: (listener) => void process.on('disconnect', listener),
  };
}
