import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, site } from './opened-site.ts';
import { openWindow, run, toTerminal } from './window.ts';

const HAN = /\p{Script=Han}/u;

/** What the inspector says in a tab of the steps it lists: what each did, and what its component told. */
async function told(page: Page, tab: string): Promise<string[]> {
  await page.locator('#pane-inspector .tab', { hasText: tab }).click();
  await page.locator('#pane-inspector .step-item').first().waitFor();
  return page.locator('#pane-inspector :is(.step-task, .step-note, .agenda .faint)').allInnerTexts();
}

test('the window tells in its language what led to a pod', async () => {
  const { page, problems } = await openWindow(browser, site.url, 'zh');
  await toTerminal(page);
  await run(page, 'kubectl create deployment web --image=nginx:1.25');
  await page.getByRole('button', { name: '运行到一切静止' }).click();
  await page.locator('[data-pod^="web"]', { hasText: 'Running' }).click();

  const why = await told(page, '为什么？');
  expect(why).toContain('Pod 状态已更新：Running');
  expect(why).toContain('启动容器');
  expect(why).toContain('来自外部');
  const trace = await told(page, '轨迹');
  expect(trace).toContain('检查节点健康');
  expect([...why, ...trace].filter((text) => !HAN.test(text))).toEqual([]);
  expect(await page.locator('.map-caption').innerText()).toMatch(HAN);

  await page.getByLabel('对象种类').selectOption('deployments.apps');
  expect(await page.locator('.object-row', { hasText: 'web' }).innerText()).toContain('1/1 就绪');

  await page.getByRole('button', { name: 'English' }).click();
  expect(await page.locator('.object-row', { hasText: 'web' }).innerText()).toContain('1/1 ready');
  const english = await told(page, 'Why?');
  expect(english).toContain('Status for pod updated: Running');
  expect(english.filter((text) => HAN.test(text))).toEqual([]);
  expect(problems).toEqual([]);
});

test('the editor says in the language of the window what is wrong, and so does its menu', async () => {
  const { page, problems } = await openWindow(browser, site.url, 'zh');
  await page.keyboard.press('Alt+e');
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.insertText('kind: Pod\n');
  await page.locator('.squiggly-warning').first().waitFor();
  await page.keyboard.press('F8');
  await expect.poll(() => page.locator('.marker-widget').innerText()).toContain('缺少字段 "apiVersion"。');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: '应用', exact: true }).click();
  await expect.poll(() => page.locator('.problems').innerText()).toContain('清单是空的。');

  await page.locator('.monaco-editor').first().click({ button: 'right' });
  const menu = page.locator('.monaco-menu-container');
  await menu.getByText('复制').waitFor();
  const colour = await menu
    .locator('.monaco-scrollable-element')
    .evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(colour).not.toBe('rgba(0, 0, 0, 0)');
  expect(problems).toEqual([]);
});
