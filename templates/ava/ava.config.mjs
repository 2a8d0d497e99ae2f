// An upgrade takes minutes. The first one also builds images.
export default {
  timeout: '30m',
};
