// Measures what a person feels at the sheet: how long each click keeps the page busy, whether its number changes in the
// next frame, and how long it takes until the server has it. Runs in the page.
(() => {
  const { queue } = document.querySelector('sync-status');
  const recorder = { handlers: [], waits: [], late: 0, acked: 0 };
  let clickedAt = 0;
  const score = (event) => event.target.closest('.trait')?.querySelector('[data-value] b').textContent;
  let before;
  addEventListener('click', (event) => ((before = score(event)), (clickedAt = performance.now())), { capture: true });
  addEventListener('click', (event) => {
    recorder.handlers.push(performance.now() - clickedAt);
    const old = before;
    requestAnimationFrame(() => (recorder.late += score(event) === old ? 1 : 0)); // after the sheet's own, in the same frame
  });
  const add = queue.add.bind(queue);
  queue.add = (operation) => {
    const at = clickedAt;
    const handle = add(operation);
    handle.result.then(({ state }) => {
      recorder.waits.push(performance.now() - at);
      recorder.acked += state === 'acked' || state === 'cancelled' ? 1 : 0;
    });
    return handle;
  };
  recorder.result = () => ({ ...recorder, result: undefined });
  globalThis.recorder = recorder;
})();
