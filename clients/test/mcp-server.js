// A tool server of the current TypeScript SDK, which speaks MCP 2026-07-28 and nothing older:
// `node mcp-server.js stdio`, or `node mcp-server.js http`, which says its port.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const late = new Set();
let handler;

function make() {
  const server = new McpServer({ name: 'current', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  const text = (value) => ({ content: [{ type: 'text', text: value }] });
  server.registerTool(
    'add',
    { description: 'Adds two numbers', inputSchema: z.object({ a: z.number(), b: z.number() }) },
    async ({ a, b }) => text(`sum ${a + b}`),
  );
  server.registerTool('grow', { description: 'Brings another tool', inputSchema: z.object({}) }, async () => {
    late.add('late');
    handler?.notify.toolsChanged();
    return text('grown');
  });
  for (const name of late) {
    server.registerTool(name, { description: 'Came later', inputSchema: z.object({}) }, async () => text('I am late'));
  }
  return server;
}

if (process.argv[2] === 'stdio') {
  serveStdio(make);
} else {
  handler = createMcpHandler(make, { legacy: 'reject' });
  const http = createServer(toNodeHandler(handler));
  http.listen(0, '127.0.0.1', () => console.log(http.address().port));
}
