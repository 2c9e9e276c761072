import { config } from '@/lib/config.js';
import PaymentForm from './form.js';

export const dynamic = 'force-dynamic';

export default function Payment() {
  return (
    <main>
      <h1>支付旅行方案</h1>
      {config.mcp.enabled && <p data-testid="mcp-indicator">MCP 协议已启用</p>}
      {config.mcp.experience && (
        <p data-testid="mcp-experience-warning">⚠️ 体验版：付款将在24小时内自动退回，单笔限额 100 元。</p>
      )}
      <PaymentForm mcpEnabled={config.mcp.enabled} />
    </main>
  );
}
