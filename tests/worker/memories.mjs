// Keeps the memory of every instance of WebAssembly that is made after this.
globalThis.memories = [];
const Instance = WebAssembly.Instance;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    const instance = Reflect.construct(target, given);
    if (instance.exports.memory) globalThis.memories.push(instance.exports.memory);
    return instance;
  },
});
