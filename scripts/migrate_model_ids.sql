-- Former model ids, and what they mean now. Written by roster 0.1.0: roster migrate --sql
-- Make a copy of the database first. Running it twice changes nothing the second time.
-- To check before COMMIT: SELECT count(*) with the WHERE of each UPDATE gives 0, changes() what it gave before, since
-- triggers may do something else. `roster migrate --apply` compares all rows itself.

BEGIN IMMEDIATE;

UPDATE "conversations" SET "model" = CASE
  WHEN "model" = 'claude-4.7-opus-1m' COLLATE BINARY THEN 'claude-4.7-opus' -- older_models.lua:135
  WHEN "model" = 'claude-opus-4-7' COLLATE BINARY THEN 'claude-4.7-opus-200k' -- older_models.lua:135
  WHEN "model" = 'claude-opus-4-7-1m' COLLATE BINARY THEN 'claude-4.7-opus' -- older_models.lua:135
  WHEN "model" = 'claude-4.6-opus-1m' COLLATE BINARY THEN 'claude-4.6-opus' -- older_models.lua:164
  WHEN "model" = 'claude-opus-4-6' COLLATE BINARY THEN 'claude-4.6-opus-200k' -- older_models.lua:164
  WHEN "model" = 'claude-opus-4-6-1m' COLLATE BINARY THEN 'claude-4.6-opus' -- older_models.lua:164
  WHEN "model" = 'claude-4.6-sonnet-1m' COLLATE BINARY THEN 'claude-4.6-sonnet' -- older_models.lua:194
  WHEN "model" = 'claude-sonnet-4-6' COLLATE BINARY THEN 'claude-4.6-sonnet-200k' -- older_models.lua:194
  WHEN "model" = 'claude-sonnet-4-6-1m' COLLATE BINARY THEN 'claude-4.6-sonnet' -- older_models.lua:194
  WHEN "model" = 'claude-3.5-haiku' COLLATE BINARY THEN 'claude-4.5-haiku' -- older_models.lua:224
  WHEN "model" = 'claude-haiku-4-5' COLLATE BINARY THEN 'claude-4.5-haiku' -- older_models.lua:224
  WHEN "model" = 'claude-4-opus' COLLATE BINARY THEN 'claude-4.5-opus' -- older_models.lua:826
  WHEN "model" = 'claude-opus-4-5' COLLATE BINARY THEN 'claude-4.5-opus' -- older_models.lua:826
  WHEN "model" = 'claude-4-sonnet' COLLATE BINARY THEN 'claude-4.5-sonnet' -- older_models.lua:857
  WHEN "model" = 'claude-3.5-sonnet' COLLATE BINARY THEN 'claude-4.0-sonnet' -- older_models.lua:887
  WHEN "model" = 'claude-opus-5.5' COLLATE BINARY THEN 'claude-5.5-opus' -- models.lua:12
  WHEN "model" = 'claude-opus-5-5' COLLATE BINARY THEN 'claude-5.5-opus' -- models.lua:12
  WHEN "model" = 'claude-sonnet-5.5' COLLATE BINARY THEN 'claude-5.5-sonnet' -- models.lua:39
  WHEN "model" = 'claude-sonnet-5-5' COLLATE BINARY THEN 'claude-5.5-sonnet' -- models.lua:39
  WHEN "model" = 'claude-haiku-5.5' COLLATE BINARY THEN 'claude-5.5-haiku' -- models.lua:66
  WHEN "model" = 'claude-haiku-5-5' COLLATE BINARY THEN 'claude-5.5-haiku' -- models.lua:66
  WHEN "model" = 'claude-fable-5.2' COLLATE BINARY THEN 'claude-5.2-fable' -- models.lua:94
  WHEN "model" = 'claude-fable-5-2' COLLATE BINARY THEN 'claude-5.2-fable' -- models.lua:94
  WHEN "model" = 'accounts/fireworks/models/kimi-k3p1-pro' COLLATE BINARY THEN 'kimi-k3.1-pro-fireworks' -- models.lua:346
  WHEN "model" = 'accounts/fireworks/models/glm-5p3' COLLATE BINARY THEN 'glm-5.3-fireworks' -- models.lua:367
  WHEN "model" = 'accounts/fireworks/models/qwen3p8-max' COLLATE BINARY THEN 'qwen3.8-max-fireworks' -- models.lua:389
  WHEN "model" = 'accounts/fireworks/models/minimax-m3' COLLATE BINARY THEN 'minimax-m3-fireworks' -- models.lua:410
  WHEN "model" = 'accounts/fireworks/models/minimax-m3p1-flash' COLLATE BINARY THEN 'minimax-m3.1-flash-fireworks' -- models.lua:434
  WHEN "model" = 'accounts/fireworks/models/kimi-k3' COLLATE BINARY THEN 'kimi-k3-fireworks' -- models.lua:456
  WHEN "model" = 'accounts/fireworks/models/glm-5p3-flash' COLLATE BINARY THEN 'glm-5.3-flash-fireworks' -- models.lua:480
  WHEN "model" = 'accounts/fireworks/models/deepseek-v4p1-flash' COLLATE BINARY THEN 'deepseek-v4.1-flash-fireworks' -- models.lua:500
  WHEN "model" = 'accounts/fireworks/routers/glm-latest' COLLATE BINARY THEN 'glm-latest-fireworks' -- models.lua:522
  WHEN "model" = 'grok-latest' COLLATE BINARY THEN 'grok-4.7' -- models.lua:543
  WHEN "model" = 'openai/gpt-oss-20b' COLLATE BINARY THEN 'gpt-oss-20b-groq' -- models.lua:588
  WHEN "model" = 'qwen/qwen3.8-27b' COLLATE BINARY THEN 'qwen3.8-27b-groq' -- models.lua:611
  WHEN "model" = 'mistral-large-latest' COLLATE BINARY THEN 'mistral-large-4' -- models.lua:631
  WHEN "model" = 'mistral-large-4-0' COLLATE BINARY THEN 'mistral-large-4' -- models.lua:631
  WHEN "model" = 'mistral-medium-2604' COLLATE BINARY THEN 'mistral-medium-3.5' -- models.lua:652
  WHEN "model" = 'mistral-medium-latest' COLLATE BINARY THEN 'mistral-medium-3.5' -- models.lua:652
  WHEN "model" = 'mistral-small-2603' COLLATE BINARY THEN 'mistral-small-4' -- models.lua:674
  WHEN "model" = 'mistral-small-latest' COLLATE BINARY THEN 'mistral-small-4' -- models.lua:674
  WHEN "model" = 'codestral-latest' COLLATE BINARY THEN 'codestral-2508' -- models.lua:698
  WHEN "model" = 'deepseek-v4-flash' COLLATE BINARY THEN 'deepseek-flash' -- models.lua:717
  WHEN "model" = 'deepseek-v4-flash-vision-exp' COLLATE BINARY THEN 'deepseek-flash' -- models.lua:717
  WHEN "model" = 'moonshotai/Kimi-K3.1-Pro' COLLATE BINARY THEN 'kimi-k3.1-pro-together' -- models.lua:760
  WHEN "model" = 'zai-org/GLM-5.3' COLLATE BINARY THEN 'glm-5.3-together' -- models.lua:780
  WHEN "model" = 'moonshotai/Kimi-K3' COLLATE BINARY THEN 'kimi-k3-together' -- models.lua:801
  WHEN "model" = 'deepseek-ai/DeepSeek-V4-Pro-0813' COLLATE BINARY THEN 'deepseek-v4-pro-together' -- models.lua:824
  WHEN "model" = 'deepseek-ai/DeepSeek-V4.1-Flash' COLLATE BINARY THEN 'deepseek-v4.1-flash-together' -- models.lua:844
  WHEN "model" = 'zai-org/GLM-5.3-Flash' COLLATE BINARY THEN 'glm-5.3-flash-together' -- models.lua:865
  WHEN "model" = 'MiniMaxAI/MiniMax-M3' COLLATE BINARY THEN 'minimax-m3-together' -- models.lua:886
  WHEN "model" = 'qwen-3.8-27b' COLLATE BINARY THEN 'qwen3.8-27b-cerebras' -- models.lua:953
  WHEN "model" = 'MiniMax-M3' COLLATE BINARY THEN 'minimax-m3' -- models.lua:1073
  WHEN "model" = 'MiniMax-M3.1-Flash' COLLATE BINARY THEN 'minimax-m3.1-flash' -- models.lua:1096
  WHEN "model" = 'anthropic/claude-opus-5.5' COLLATE BINARY THEN 'claude-opus-5.5-openrouter' -- models.lua:1117
  WHEN "model" = 'anthropic/claude-sonnet-5.5' COLLATE BINARY THEN 'claude-sonnet-5.5-openrouter' -- models.lua:1139
  WHEN "model" = 'anthropic/claude-haiku-5.5' COLLATE BINARY THEN 'claude-haiku-5.5-openrouter' -- models.lua:1161
  WHEN "model" = 'openai/gpt-6.2-sol' COLLATE BINARY THEN 'gpt-6.2-sol-openrouter' -- models.lua:1184
  WHEN "model" = 'google/gemini-4-carbon' COLLATE BINARY THEN 'gemini-4-carbon-openrouter' -- models.lua:1208
  WHEN "model" = 'google/gemini-4-hydrogen' COLLATE BINARY THEN 'gemini-4-hydrogen-openrouter' -- models.lua:1230
  WHEN "model" = 'google/gemini-3.8-flash' COLLATE BINARY THEN 'gemini-3.8-flash-openrouter' -- models.lua:1251
  WHEN "model" = 'x-ai/grok-4.7' COLLATE BINARY THEN 'grok-4.7-openrouter' -- models.lua:1272
  WHEN "model" = 'z-ai/glm-5.3' COLLATE BINARY THEN 'glm-5.3-openrouter' -- models.lua:1294
  WHEN "model" = 'claude-opus-5' COLLATE BINARY THEN 'claude-5-opus' -- older_models.lua:6
  WHEN "model" = 'claude-sonnet-5' COLLATE BINARY THEN 'claude-5-sonnet' -- older_models.lua:32
  WHEN "model" = 'claude-fable-5.1' COLLATE BINARY THEN 'claude-5.1-fable' -- older_models.lua:58
  WHEN "model" = 'claude-fable-5-1' COLLATE BINARY THEN 'claude-5.1-fable' -- older_models.lua:58
  WHEN "model" = 'claude-fable-5' COLLATE BINARY THEN 'claude-5-fable' -- older_models.lua:84
  WHEN "model" = 'claude-opus-4.8' COLLATE BINARY THEN 'claude-4.8-opus' -- older_models.lua:109
  WHEN "model" = 'claude-opus-4-8' COLLATE BINARY THEN 'claude-4.8-opus' -- older_models.lua:109
  WHEN "model" = 'claude-opus-4.7' COLLATE BINARY THEN 'claude-4.7-opus' -- older_models.lua:135
  WHEN "model" = 'claude-opus-4.6' COLLATE BINARY THEN 'claude-4.6-opus' -- older_models.lua:164
  WHEN "model" = 'claude-sonnet-4.6' COLLATE BINARY THEN 'claude-4.6-sonnet' -- older_models.lua:194
  WHEN "model" = 'claude-haiku-4.5' COLLATE BINARY THEN 'claude-4.5-haiku' -- older_models.lua:224
  WHEN "model" = 'claude-haiku-4-5-20251001' COLLATE BINARY THEN 'claude-4.5-haiku' -- older_models.lua:224
  WHEN "model" = 'gpt-5.6' COLLATE BINARY THEN 'gpt-5.6-sol' -- older_models.lua:320
  WHEN "model" = 'gemini-3.1-pro-preview' COLLATE BINARY THEN 'gemini-3.1-pro' -- older_models.lua:527
  WHEN "model" = 'gemini-3-flash-preview' COLLATE BINARY THEN 'gemini-3-flash' -- older_models.lua:553
  WHEN "model" = 'mistral-large-2512' COLLATE BINARY THEN 'mistral-large-3' -- older_models.lua:669
  WHEN "model" = 'MiniMax-M2.7' COLLATE BINARY THEN 'minimax-m2.7' -- older_models.lua:779
  WHEN "model" = 'openai/gpt-6.1-sol' COLLATE BINARY THEN 'gpt-6.1-sol-openrouter' -- older_models.lua:800
  WHEN "model" = 'claude-opus-4.5' COLLATE BINARY THEN 'claude-4.5-opus' -- older_models.lua:826
  WHEN "model" = 'claude-opus-4-5-20251101' COLLATE BINARY THEN 'claude-4.5-opus' -- older_models.lua:826
  WHEN "model" = 'claude-sonnet-4.5' COLLATE BINARY THEN 'claude-4.5-sonnet' -- older_models.lua:857
  WHEN "model" = 'claude-sonnet-4-5' COLLATE BINARY THEN 'claude-4.5-sonnet' -- older_models.lua:857
  WHEN "model" = 'claude-sonnet-4-5-20250929' COLLATE BINARY THEN 'claude-4.5-sonnet' -- older_models.lua:857
  WHEN "model" = 'claude-sonnet-4' COLLATE BINARY THEN 'claude-4.0-sonnet' -- older_models.lua:887
  WHEN "model" = 'claude-sonnet-4-0' COLLATE BINARY THEN 'claude-4.0-sonnet' -- older_models.lua:887
  WHEN "model" = 'claude-sonnet-4-20250514' COLLATE BINARY THEN 'claude-4.0-sonnet' -- older_models.lua:887
  WHEN "model" = 'llama-3.3-70b-versatile' COLLATE BINARY THEN 'llama-3.3-70b-groq' -- older_models.lua:1204
  WHEN "model" = 'llama-3.1-8b-instant' COLLATE BINARY THEN 'llama-3.1-8b-groq' -- older_models.lua:1227
  WHEN "model" = 'magistral-medium-latest' COLLATE BINARY THEN 'magistral-medium' -- older_models.lua:1331
  WHEN "model" = 'devstral-2512' COLLATE BINARY THEN 'devstral-2' -- older_models.lua:1355
  WHEN "model" = 'devstral-latest' COLLATE BINARY THEN 'devstral-2' -- older_models.lua:1355
END
WHERE typeof("model") = 'text' AND "model" COLLATE BINARY IN (
  'claude-4.7-opus-1m',
  'claude-opus-4-7',
  'claude-opus-4-7-1m',
  'claude-4.6-opus-1m',
  'claude-opus-4-6',
  'claude-opus-4-6-1m',
  'claude-4.6-sonnet-1m',
  'claude-sonnet-4-6',
  'claude-sonnet-4-6-1m',
  'claude-3.5-haiku',
  'claude-haiku-4-5',
  'claude-4-opus',
  'claude-opus-4-5',
  'claude-4-sonnet',
  'claude-3.5-sonnet',
  'claude-opus-5.5',
  'claude-opus-5-5',
  'claude-sonnet-5.5',
  'claude-sonnet-5-5',
  'claude-haiku-5.5',
  'claude-haiku-5-5',
  'claude-fable-5.2',
  'claude-fable-5-2',
  'accounts/fireworks/models/kimi-k3p1-pro',
  'accounts/fireworks/models/glm-5p3',
  'accounts/fireworks/models/qwen3p8-max',
  'accounts/fireworks/models/minimax-m3',
  'accounts/fireworks/models/minimax-m3p1-flash',
  'accounts/fireworks/models/kimi-k3',
  'accounts/fireworks/models/glm-5p3-flash',
  'accounts/fireworks/models/deepseek-v4p1-flash',
  'accounts/fireworks/routers/glm-latest',
  'grok-latest',
  'openai/gpt-oss-20b',
  'qwen/qwen3.8-27b',
  'mistral-large-latest',
  'mistral-large-4-0',
  'mistral-medium-2604',
  'mistral-medium-latest',
  'mistral-small-2603',
  'mistral-small-latest',
  'codestral-latest',
  'deepseek-v4-flash',
  'deepseek-v4-flash-vision-exp',
  'moonshotai/Kimi-K3.1-Pro',
  'zai-org/GLM-5.3',
  'moonshotai/Kimi-K3',
  'deepseek-ai/DeepSeek-V4-Pro-0813',
  'deepseek-ai/DeepSeek-V4.1-Flash',
  'zai-org/GLM-5.3-Flash',
  'MiniMaxAI/MiniMax-M3',
  'qwen-3.8-27b',
  'MiniMax-M3',
  'MiniMax-M3.1-Flash',
  'anthropic/claude-opus-5.5',
  'anthropic/claude-sonnet-5.5',
  'anthropic/claude-haiku-5.5',
  'openai/gpt-6.2-sol',
  'google/gemini-4-carbon',
  'google/gemini-4-hydrogen',
  'google/gemini-3.8-flash',
  'x-ai/grok-4.7',
  'z-ai/glm-5.3',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-fable-5.1',
  'claude-fable-5-1',
  'claude-fable-5',
  'claude-opus-4.8',
  'claude-opus-4-8',
  'claude-opus-4.7',
  'claude-opus-4.6',
  'claude-sonnet-4.6',
  'claude-haiku-4.5',
  'claude-haiku-4-5-20251001',
  'gpt-5.6',
  'gemini-3.1-pro-preview',
  'gemini-3-flash-preview',
  'mistral-large-2512',
  'MiniMax-M2.7',
  'openai/gpt-6.1-sol',
  'claude-opus-4.5',
  'claude-opus-4-5-20251101',
  'claude-sonnet-4.5',
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
  'claude-sonnet-4',
  'claude-sonnet-4-0',
  'claude-sonnet-4-20250514',
  'llama-3.3-70b-versatile',
  'llama-3.1-8b-instant',
  'magistral-medium-latest',
  'devstral-2512',
  'devstral-latest'
);

COMMIT;
