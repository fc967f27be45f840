import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';

/**
 * Prefers nodes whose cpu and memory would be used to equal parts. Pods without requests are left out.
 * Source: `pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go`.
 */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score(_snapshot, { requests }) {
    if (requests.milliCPU === 0 && requests.memory === 0) return undefined;
    return {
      score(node) {
        const { allocatable } = node.facts;
        if (allocatable.milliCPU === 0 || allocatable.memory === 0) return MAX_NODE_SCORE;
        const cpu = Math.min(1, (node.milliCPU + requests.milliCPU) / allocatable.milliCPU);
        const memory = Math.min(1, (node.memory + requests.memory) / allocatable.memory);
        // With two resources the standard deviation is half their difference.
        return Math.floor((1 - Math.abs(cpu - memory) / 2) * MAX_NODE_SCORE);
      },
    };
  },
};
