// Makes elements, and speaks. Texts go in as text: nothing here, nor anywhere in the console, writes markup.

const WORDS = JSON.parse(document.getElementById('words').textContent);
const LANGUAGE = 'golive-console-language', THEME = 'golive-console-theme';
const THEMES = ['auto', 'light', 'dark'];

export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'value') made.value = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...there(children));
  return made;
}

const there = children => children.flat(3).filter(each => each !== null && each !== undefined && each !== false);

// These and nothing else stand in it from now on.
export const fill = (place, ...children) => place.replaceChildren(...there(children));

// Where nothing may be remembered, the page works all the same.
function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* for this page, then */ }
}

let language = remembered(LANGUAGE) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
let theme = THEMES.includes(remembered(THEME)) ? remembered(THEME) : 'auto';

export const spoken = text => text[language];
export const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');
export const themeNow = () => theme;

// A text by section and name; what has none is said as it is.
export function t(section, name, values = {}) {
  const text = WORDS[section]?.[name];
  return text ? spoken(text).replace(/\{(\w+)\}/g, (place, key) => values[key] ?? '') : name;
}

export const has = (section, name) => Boolean(WORDS[section]?.[name]);

export function dress() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = theme;
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  remember(LANGUAGE, language);
  dress();
}

export function switchTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  remember(THEME, theme);
  dress();
}
