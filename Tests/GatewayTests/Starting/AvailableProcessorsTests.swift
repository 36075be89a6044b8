import Testing

@testable import Gateway

@Suite struct AvailableProcessorsTests {
  /// On a machine of many.
  private func count(_ files: [String: String]) -> Int {
    let status = "Name:\tweft\nCpus_allowed:\tffff,ffffffff\nCpus_allowed_list:\t0-47\n"
    return AvailableProcessors.count { $0 == "/proc/self/status" ? files[$0] ?? status : files[$0] }
  }

  @Test(arguments: [("max 100000", 48), ("150000 100000", 2), ("100000 100000", 1), ("1000 100000", 1), ("x", 48)])
  func ofAControlGroup(text: String, expected: Int) {
    let group = "/system.slice/weft.service"
    #expect(count(["/proc/self/cgroup": "0::\(group)\n", "/sys/fs/cgroup\(group)/cpu.max": text + "\n"]) == expected)
    #expect(count(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text + "\n"]) == expected)
  }

  @Test func theLeastOfThoseAbove() {
    let files = [
      "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000",
      "/sys/fs/cgroup/a/cpu.max":
        "300000 100000", "/sys/fs/cgroup/cpu.max": "800000 100000",
    ]
    #expect(count(files) == 3)
  }

  @Test(arguments: ["4:cpu,cpuacct:/a\n1:name=systemd:/", "2:cpuacct:/x\n1:cpu:/a"])
  func ofVersionOne(groups: String) {
    var files = [
      "/proc/self/cgroup": groups, "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "250000\n",
      "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
    ]
    #expect(count(files) == 3)
    files["/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us"] = "-1\n"
    #expect(count(files) == 48)
  }

  @Test func ofTheAffinity() {
    #expect(count([:]) == 48)
    #expect(count(["/proc/self/status": "Cpus_allowed:\t5\n"]) == 2)
    #expect(AvailableProcessors.count >= 1)
  }
}
