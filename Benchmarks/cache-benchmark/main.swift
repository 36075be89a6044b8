Eviction.run(requests: 2_000_000)
