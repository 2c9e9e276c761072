// Asks the simulator, and presses its buttons.

import { t } from './dom.js';

const TOKEN = document.querySelector('meta[name=console-token]').content;
export const FAULTS = JSON.parse(document.getElementById('faults').textContent);

// What is told; null where nothing is there, undefined where nobody answers.
export async function ask(path) {
  try {
    const answer = await fetch(`/console/data${path}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return undefined;
  }
}

let pressed = () => {};
export const afterwards = then => { pressed = then; };

// Press a button; what came of it is said below, and told to whoever waits for it. `limits` says what would
// have made sense, in the language of the page.
export async function act(name, body, limits = '') {
  let told, ok = false;
  try {
    const answer = await fetch(`/console/acts/${name}`, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-Golive-Console': TOKEN },
    });
    [ok, told] = [answer.ok, await answer.json()];
  } catch {
    told = { reason: 'failed' };
  }
  if (limits && told.reason === 'invalid') told.message = limits;
  pressed(name, ok, told);
  return ok;
}

export function why(told) {
  if (told.reason === 'invalid' && !told.message) return t('reasons', 'refused');
  return t('reasons', told.reason, told) + (told.reason === 'invalid' ? '' : told.message ? ` ${told.message}` : '');
}
