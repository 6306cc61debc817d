/** Texts to try, each under a short name. */
export const examples: readonly { readonly zh: string; readonly en: string; readonly text: string }[] = [
  { zh: '问候', en: 'Greeting', text: '你好，欢迎使用朗读。今天想听点什么？' },
  { zh: '客服', en: 'Service', text: '您的快递已经到了，请在今天晚上八点以前到门口领取。' },
  { zh: '唐诗', en: 'Poem', text: '床前明月光，疑是地上霜。举头望明月，低头思故乡。' },
];
