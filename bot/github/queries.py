"""Queries and the one mutation that are sent to GitHub's GraphQL API, where REST doesn't tell enough or takes many calls.

Each connection has `first`, which GitHub requires and limits to 100. `bot.github.conversation` reads the answers.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

# The interface `Actor` has no id. A deleted account is null.
_ACCOUNT = """
fragment Account on Actor {
  __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Organization { databaseId }
  ... on Mannequin { databaseId }
  ... on EnterpriseUserAccount { user { databaseId } }
}
"""

_WRITTEN = """
fragment Written on Commit {
  oid
  parents(first: 10) { totalCount nodes { oid } }
  authors(first: 20) { totalCount nodes { user { databaseId } } }
  committer { user { databaseId } }
}
"""

_COMMENTS = """
fragment Comments on IssueCommentConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    fullDatabaseId
    author { ...Account }
    authorAssociation
    body
    createdAt
    lastEditedAt
    editor { ...Account }
    reactionGroups { content viewerHasReacted }
  }
}
"""

CONVERSATION = (
    """
query Conversation(
  $owner: String!, $name: String!, $number: Int!,
  $comments: String, $reviews: String, $timeline: String, $commits: String, $others: String,
  $withComments: Boolean!, $withReviews: Boolean!, $withTimeline: Boolean!, $withCommits: Boolean!, $withOthers: Boolean!
) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name }
    pullRequest(number: $number) {
      number
      state
      isDraft
      locked
      title
      body
      author { ...Account }
      authorAssociation
      createdAt
      updatedAt
      lastEditedAt
      baseRefName
      baseRef { target { oid } }
      headRefName
      headRefOid
      headRepository { databaseId }
      labels(first: 100) { nodes { name } }
      mergedAt
      mergedBy { ...Account }
      mergeCommit { oid }
      comments(first: 100, after: $comments) @include(if: $withComments) { ...Comments }
      reviews(first: 100, after: $reviews) @include(if: $withReviews) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          fullDatabaseId
          author { ...Account }
          authorAssociation
          body
          state
          commit { oid }
          submittedAt
          lastEditedAt
          editor { ...Account }
          reactionGroups { content viewerHasReacted }
        }
      }
      timelineItems(
        first: 100, after: $timeline,
        itemTypes: [
          CLOSED_EVENT, REOPENED_EVENT, CONVERT_TO_DRAFT_EVENT, READY_FOR_REVIEW_EVENT, BASE_REF_CHANGED_EVENT,
          AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT
        ]
      ) @include(if: $withTimeline) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on ClosedEvent { createdAt actor { ...Account } }
          ... on ReopenedEvent { createdAt actor { ...Account } }
          ... on ConvertToDraftEvent { createdAt actor { ...Account } }
          ... on ReadyForReviewEvent { createdAt actor { ...Account } }
          ... on BaseRefChangedEvent { createdAt actor { ...Account } }
          ... on AutomaticBaseChangeSucceededEvent { createdAt actor { ...Account } }
          ... on HeadRefForcePushedEvent {
            createdAt actor { ...Account } beforeCommit { oid } afterCommit { oid }
          }
        }
      }
      commits(first: 100, after: $commits) @include(if: $withCommits) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { commit { ...Written } }
      }
    }
    pullRequests(states: OPEN, first: 100, after: $others) @include(if: $withOthers) {
      pageInfo { hasNextPage endCursor }
      nodes { number headRefOid baseRefName }
    }
  }
}
"""
    + _ACCOUNT
    + _WRITTEN
    + _COMMENTS
)
"""A pull request with its conversation, history and commits, and the heads of all open ones. Without further pages it
costs three of the points that GitHub gives per hour."""

COMMENTS = (
    """
query CommentsOf($owner: String!, $name: String!, $number: Int!, $comments: String) {
  repository(owner: $owner, name: $name) {
    issueOrPullRequest(number: $number) {
      __typename
      ... on Issue { comments(first: 100, after: $comments) { ...Comments } }
      ... on PullRequest { comments(first: 100, after: $comments) { ...Comments } }
    }
  }
}
"""
    + _ACCOUNT
    + _COMMENTS
)
"""The comments of an issue or a pull request, without reviews."""

OPEN_PULLS = (
    """
query OpenPulls($owner: String!, $name: String!, $context: String!, $pulls: String) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name target { oid } }
    pullRequests(states: OPEN, first: 100, after: $pulls, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        createdAt
        updatedAt
        author { ...Account }
        baseRefName
        headRefOid
        isDraft
        commits(last: 1) {
          nodes {
            commit {
              oid
              status { context(name: $context) { state description targetUrl createdAt creator { ...Account } } }
            }
          }
        }
      }
    }
  }
}
"""
    + _ACCOUNT
)
"""All open pull requests, each with the latest status of its head. A hundred cost two of the points per hour."""

COMMITS_AT_ONCE = 10
_NUMBERS = range(COMMITS_AT_ONCE)
COMMITS = (
    f"query Commits($owner: String!, $name: String!, {', '.join(f'$oid{one}: GitObjectID!' for one in _NUMBERS)}) {{\n"
    "  repository(owner: $owner, name: $name) {\n"
    + "".join(f"    commit{one}: object(oid: $oid{one}) {{ __typename ...Written }}\n" for one in _NUMBERS)
    + "  }\n}\n"
    + _WRITTEN
)
"""Commits by their ids, of which some may be named more than once."""

WRITERS = (
    """
query Writers($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      author { ...Account }
      userContentEdits(first: 100) { totalCount nodes { editor { ...Account } } }
    }
  }
}
"""
    + _ACCOUNT
)
"""Everybody who wrote the text of an issue."""

ACKNOWLEDGE = """
mutation Acknowledge($subject: ID!, $content: ReactionContent!) {
  addReaction(input: {subjectId: $subject, content: $content}) { reaction { content } }
}
"""
"""A reaction to a comment or a review; REST has none for reviews. An equal reaction exists once."""

EVERY_DOCUMENT = (CONVERSATION, COMMENTS, OPEN_PULLS, COMMITS, WRITERS, ACKNOWLEDGE)
