export const metadata = { title: '智游助手' };

export default function Layout({ children }) {
  return (
    <html lang="zh-CN">
      <body style={{ font: '16px/1.6 sans-serif', maxWidth: '36rem', margin: '2rem auto', padding: '0 1rem' }}>
        {children}
      </body>
    </html>
  );
}
