import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, site } from './opened-site.ts';
import { openWindow, promptIsBack, run, screen, shows, toTerminal } from './window.ts';

/** A window with the focus in its terminal, which has its prompt. */
async function openTerminal() {
  const opened = await openWindow(browser, site.url);
  const { page } = opened;
  await toTerminal(page);
  await shows(page, /\$\s*$/);
  return opened;
}

/** Where a line of the output stands, so many pixels from its start. */
async function place(page: Page, line: RegExp, from = 14): Promise<readonly [number, number]> {
  const box = await page.locator('.xterm-rows > div', { hasText: line }).first().boundingBox();
  if (box === null) throw new Error(`no line ${line} on the screen`);
  return [box.x + from, box.y + box.height / 2];
}

/** What the clipboard holds arrives as a paste does. */
async function paste(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').evaluate((area, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('what is pasted waits for Enter, runs line by line, and what is selected is copied by Ctrl-C', async () => {
  const { page, problems } = await openTerminal();
  await paste(page, 'echo first\necho second');
  await shows(page, /^\$ echo first\n> echo second$/m);
  await page.keyboard.press('Enter');
  await shows(page, /^first$[\s\S]*^second\n\$$/m);
  await page.mouse.dblclick(...(await place(page, /^second/)));
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('second');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a command goes on over several lines until it is whole', async () => {
  const { page, problems } = await openTerminal();
  await page.keyboard.type('for word in one two; do');
  await page.keyboard.press('Enter');
  await shows(page, /^>$/m);
  await page.keyboard.type('echo "<$word>"');
  await page.keyboard.press('Enter');
  await run(page, 'done');
  await shows(page, /^<one>\n<two>\n\$$/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the history is gone through and searched', async () => {
  const { page, problems } = await openTerminal();
  await run(page, 'echo alpha');
  await run(page, 'echo beta');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await shows(page, /^\$ echo alpha$(?![\s\S]*\$ echo)/m);
  await page.keyboard.press('Control+u');
  await page.keyboard.press('Control+r');
  await page.keyboard.type('bet');
  await shows(page, /\(reverse-i-search\)`bet': echo beta/);
  await page.keyboard.press('Enter');
  await shows(page, /^beta\n[\s\S]*^beta\n\$$/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('Tab completes resources and names', async () => {
  const { page, problems } = await openTerminal();
  await page.keyboard.type('kubectl get nam');
  await page.keyboard.press('Tab');
  await shows(page, /^\$ kubectl get namespaces$/m);
  await page.keyboard.type('kube-n');
  await page.keyboard.press('Tab');
  await shows(page, /^\$ kubectl get namespaces kube-node-lease$/m);
  await page.keyboard.press('Enter');
  await shows(page, /^kube-node-lease +Active/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a line left by Ctrl-C never runs; a command that is none says so', async () => {
  const { page, problems } = await openTerminal();
  await page.keyboard.type('echo never');
  await shows(page, /^\$ echo never$/m);
  await page.keyboard.press('Control+c');
  await shows(page, /^\$ echo never\^C\n\$$/m);
  await paste(page, 'no-such-command --now');
  await shows(page, /^\$ no-such-command --now$/m);
  await page.keyboard.press('Enter');
  await shows(page, /no-such-command: command not found\n\$$/m);
  expect(await screen(page)).not.toMatch(/^never$/m);
  await page.keyboard.press('F6');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('pane-objects');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('Ctrl-C ends what would never end', async () => {
  const { page, problems } = await openTerminal();
  await page.keyboard.type('kubectl get pods -w');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-command="running"]');
  await page.keyboard.press('Control+c');
  await promptIsBack(page);
  await run(page, 'echo "ended with $?"');
  await shows(page, /^ended with 130$/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('Chinese is typed by an input method, shown at its width and passed on', async () => {
  const { page, problems } = await openTerminal();
  await page.keyboard.type('echo ');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await session.send('Input.insertText', { text: '你好' });
  await shows(page, /^\$ echo 你好$/m);
  await page.keyboard.type('，世界!');
  await page.keyboard.press('Enter');
  await shows(page, /^你好，世界!$/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the terminal follows the size of the window', async () => {
  const { page, problems } = await openTerminal();
  const columns = async () => {
    await run(page, 'clear; stty size');
    await shows(page, /^\d+ \d+$/m);
    return Number(/^\d+ (\d+)$/m.exec(await screen(page))?.[1]);
  };
  const wide = await columns();
  await page.setViewportSize({ width: 1000, height: 900 });
  await expect.poll(columns).toBeLessThan(wide);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('kubectl edit opens the editor beside the terminal and goes on when the file is done; short forms are there', async () => {
  const { page, problems } = await openTerminal();
  await run(page, 'k create configmap settings --from-literal=mode=slow');
  await page.keyboard.type('k edit configmap settings');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.edited-bar');
  await expect.poll(() => page.locator('.monaco-editor .view-lines').first().innerText()).toMatch(/mode:.slow/);
  await page
    .locator('.monaco-editor .view-line', { hasText: 'slow' })
    .first()
    .dblclick({ position: { x: 70, y: 8 } });
  await page.keyboard.type('fast');
  await page.locator('.edited-bar .button-primary').click();
  await shows(page, /^configmap\/settings edited$/m);
  await toTerminal(page);
  await run(page, "k get configmap settings -o jsonpath='{.data.mode}'");
  await shows(page, /^fast\$ *$/m);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('ten thousand lines scroll by, and a name in the output leads to its object', async () => {
  const { page, problems } = await openTerminal();
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frames });
  });
  await run(page, 'seq 1 10000');
  await shows(page, /^10000\n\$$/m);
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames.slice(5));
  frames.sort((left, right) => left - right);
  const at = (share: number) => frames[Math.min(frames.length - 1, Math.floor(share * frames.length))]?.toFixed(1);
  console.log(`10,000 lines: ${frames.length} frames, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
  await run(page, 'kubectl get nodes');
  await shows(page, /^node-1 +Ready/m);
  const [x, y] = await place(page, /^node-1/);
  await page.mouse.move(x, y);
  await page.mouse.move(x + 3, y);
  await page.mouse.click(x + 3, y);
  await expect.poll(() => page.locator('#pane-inspector .pane-title').innerText()).toBe('node-1');
  expect(problems).toEqual([]);
  await page.context().close();
});
