// An upgrade takes minutes. The first one also builds images.
export default {
  testTimeout: 30 * 60_000,
  // Two cores carry one lab.
  maxWorkers: 1,
};
